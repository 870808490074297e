"""What Lambda itself does with a function's role, for each service that a configuration may call for.

Source: AWS Lambda Developer Guide, the pages on execution roles, event source mappings, VPC access, tracing, file
systems and dead-letter queues; the AWS managed policies AWSLambda…ExecutionRole name the same actions.
"""

from __future__ import annotations

from typing import Final

RUNTIME: Final = {
    "logs": ("CreateLogStream", "PutLogEvents"),
    "xray": ("PutTraceSegments", "PutTelemetryRecords"),
    "ec2": (
        "CreateNetworkInterface",
        "DescribeNetworkInterfaces",
        "DescribeSubnets",
        "DeleteNetworkInterface",
        "AssignPrivateIpAddresses",
        "UnassignPrivateIpAddresses",
    ),
    "sqs": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "SendMessage"),
    "kinesis": ("GetRecords", "GetShardIterator", "DescribeStream", "DescribeStreamSummary", "ListShards"),
    "kms": ("Decrypt",),
    "elasticfilesystem": ("ClientMount", "ClientWrite"),
}

# Where a broad grant of the service is narrowed to these: nothing else is known to want it.
ONE_PURPOSE: Final = frozenset({"logs", "xray"})
