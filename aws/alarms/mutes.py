"""Alarm mute rules: which alarms tell nobody now, because somebody wanted it so."""

from __future__ import annotations

from aws.call import Call, items

# Each rule takes a call of its own; an account that mutes more at one time mutes by habit.
_MOST_RULES = 50


async def read_muted(call: Call) -> frozenset[str]:
    """The names of the alarms that an active mute rule keeps quiet. Raises `AwsError`."""
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
            break
        rule = str(summary["AlarmMuteRuleArn"]).partition(":alarm-mute-rule:")[2]
        answer = await call("cloudwatch", "GetAlarmMuteRule", require=("MuteTargets",), AlarmMuteRuleName=rule)
        names.update(answer["MuteTargets"].get("AlarmNames") or ())
    return frozenset(names)
