"""The simulated account's past and future: traffic, incidents, and what they do to every metric and log line."""

from demo.story.scenario import Expected, Incident, Scenario, names, scenario
from demo.story.world import StoryWorld

__all__ = ["Expected", "Incident", "Scenario", "StoryWorld", "names", "scenario"]
