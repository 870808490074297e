"""Alarm mute rules: which alarms tell nobody now, because somebody wanted it so."""

from __future__ import annotations

from aws.call import Call, items
from aws.errors import BadAnswer, NotFound

# Each rule takes a call of its own; an account that mutes more at one time mutes by habit.
_MOST_RULES = 50


async def read_muted(call: Call) -> frozenset[str]:
    """The names of the alarms that an active mute rule keeps quiet.

    Raises `AwsError`; `BadAnswer` as well where there are more rules than are read, so that half is not taken for all.
    """
    names: set[str] = set()
    read = 0
    listing = items(
        call,
        "cloudwatch",
        "ListAlarmMuteRules",
        result="AlarmMuteRuleSummaries",
        token=("NextToken", "NextToken"),
        attempts=1,
        Statuses=["ACTIVE"],
    )
    async for summary in listing:
        read += 1
        if read > _MOST_RULES:
            raise BadAnswer(
                "cloudwatch",
                "ListAlarmMuteRules",
                f"more than {_MOST_RULES} mute rules are active: cwtop reads no more",
                hint="alarms may be muted by a rule that was not read",
                code="TooMany",
            )
        rule = str(summary["AlarmMuteRuleArn"]).partition(":alarm-mute-rule:")[2]
        try:
            answer = await call("cloudwatch", "GetAlarmMuteRule", require=("Name",), AlarmMuteRuleName=rule)
        except NotFound:  # it was there a moment ago
            continue
        names.update((answer.get("MuteTargets") or {}).get("AlarmNames") or ())
    return frozenset(names)
