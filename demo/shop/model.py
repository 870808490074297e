"""The nouns of the simulated company: what it runs, as frozen data that the seeding and the story both read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT = "482193019034"
REGION = "eu-west-1"

Trigger = Literal["api", "queue", "stream", "schedule", "event"]


def arn(service: str, resource: str, *, region: str = REGION) -> str:
    """The ARN of something in the simulated account. Pass ``region=""`` for global services."""
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


class Use(NamedTuple):
    """What one invocation does to a table: reads and writes (requests of one unit each).."""

    table: str
    reads: float = 0.0
    writes: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A Lambda function and how it behaves when nothing is wrong.

    ``per_minute`` is its invocations at the day's peak, ``median_ms`` and ``spread`` (sigma of a log-normal) its
    duration. ``every_min`` and ``at_min`` are a cron's interval and phase in UTC minutes. ``profile`` names the
    fleet that a generated function's traffic is drawn from. ``role`` is the execution role where it is not the
    function's own. ``invokers`` are statements of its resource policy, as AddPermission takes them, besides those
    that its triggers bring. ``lacks`` is what its code does and its role may not: (action, ARN).
    """

    name: str
    team: str
    stack: str
    role: str = ""
    trigger: Trigger = "api"
    runtime: str = "nodejs22.x"
    memory_mb: int = 512
    timeout_s: int = 15
    per_minute: float = 0.0
    median_ms: float = 120.0
    spread: float = 0.45
    every_min: int | None = None
    at_min: int = 0
    reserved: int | None = None
    uses: tuple[Use, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    versions: int = 1
    alias: str | None = None
    architecture: str = "x86_64"
    tracing: bool = False
    dead_letter_queue: str | None = None
    description: str = ""
    plain_logs: bool = False
    profile: str | None = None
    invokers: tuple[Mapping[str, str], ...] = ()
    lacks: tuple[str, str] | None = None

    @property
    def role_name(self) -> str:
        """The name of its execution role."""
        return self.role or f"{self.name}-role"

    @property
    def arn(self) -> str:
        """Its unqualified ARN."""
        return arn("lambda", f"function:{self.name}")

    @property
    def generated(self) -> bool:
        """Whether it only makes the account larger."""
        return self.profile is not None

    @property
    def log_group(self) -> str:
        """Where its lines go."""
        return f"/aws/lambda/{self.name}"


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. ``write_share`` is the part of the table's writes that touch it."""

    name: str
    hash_key: str
    range_key: str | None = None
    write_share: float = 1.0
    read_share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A DynamoDB table. ``rcu`` and ``wcu`` are provisioned units; 0 is on-demand.

    ``reads_per_minute`` and ``writes_per_minute`` come from outside the functions (batch jobs, other services).
    """

    name: str
    hash_key: str
    range_key: str | None = None
    rcu: int = 0
    wcu: int = 0
    indexes: tuple[Index, ...] = ()
    stream: bool = False
    reads_per_minute: float = 0.0
    writes_per_minute: float = 0.0
    generated: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def on_demand(self) -> bool:
        """Whether it bills per request."""
        return self.rcu == 0

    @property
    def arn(self) -> str:
        """Its ARN."""
        return arn("dynamodb", f"table/{self.name}")


class Route(NamedTuple):
    """A method of a REST API and the function behind it (AWS_PROXY)."""

    method: str
    path: str
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A REST API. The first stage takes all traffic but ``second_share`` of it, which the second stage takes."""

    name: str
    stages: tuple[str, ...]
    routes: tuple[Route, ...]
    refused_share: float = 0.012  # 4XX answers that never reach a function: expired tokens, bots
    second_share: float = 0.03
    description: str = ""
    generated: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions behind it, each once, in order of their routes."""
        return tuple(dict.fromkeys(route.function for route in self.routes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """An SQS queue. ``standing`` messages lie in it for ever (a forgotten dead-letter queue)."""

    name: str
    dead_letter: str | None = None
    visibility_s: int = 30
    retention_s: int = 345_600
    consumer: str | None = None
    batch: int = 5
    standing: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return arn("sqs", self.name)


@dataclass(frozen=True, slots=True)
class Topic:
    """An SNS topic; subscriptions are (protocol, endpoint)."""

    name: str
    subscriptions: tuple[tuple[str, str], ...] = ()

    @property
    def arn(self) -> str:
        """Its ARN."""
        return arn("sns", self.name)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy, an Allow unless ``deny``. ``not_action``: all actions but these."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    deny: bool = False
    not_action: bool = False
    condition: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A policy of the account's own."""

    name: str
    statements: tuple[Statement, ...]

    @property
    def arn(self) -> str:
        """Its ARN."""
        return arn("iam", f"policy/{self.name}", region="")


@dataclass(frozen=True, slots=True)
class Role:
    """An execution role with one inline policy, or none.

    ``attached`` and ``boundary`` are ARNs of managed policies; ``trust`` the statements of its trust policy, empty for
    Lambda's usual one. ``used`` says what IAM has seen: "service" or "service:Action" and how many days ago.
    """

    name: str
    statements: tuple[Statement, ...] = ()
    attached: tuple[str, ...] = ()
    boundary: str = ""
    trust: tuple[Mapping[str, Any], ...] = ()
    used: Mapping[str, float] = field(default_factory=dict)
    age_days: float = 430.0

    @property
    def arn(self) -> str:
        """Its ARN."""
        return arn("iam", f"role/{self.name}", region="")


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """An event source mapping that is not a queue's: a table's stream to its consumer."""

    table: str
    function: str
    batch: int = 100


@dataclass(frozen=True, slots=True)
class UserPool:
    """A Cognito user pool with the ids of its clients; ``sign_ins`` a minute at the day's peak."""

    name: str
    id: str
    clients: tuple[str, ...]
    sign_ins: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Everything that the account holds."""

    functions: tuple[Function, ...]
    tables: tuple[Table, ...]
    apis: tuple[Api, ...]
    queues: tuple[Queue, ...]
    topics: tuple[Topic, ...]
    roles: tuple[Role, ...]
    policies: tuple[ManagedPolicy, ...]
    streams: tuple[StreamMapping, ...]
    pools: tuple[UserPool, ...]
    alarms: tuple[Mapping[str, object], ...]
    mute_rules: tuple[Mapping[str, object], ...] = ()
