"""An AWS on loopback that knows two answers: who is asking, and one page of metric data. Prints its port."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

QUERIES, POINTS = 500, 180
START_S = 1_800_000_000
_IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/bench</Arn><UserId>AIDABENCH</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""


def page() -> bytes:
    """500 series of 180 points, as CloudWatch's JSON protocol writes them."""
    times = [float(START_S + 60 * index) for index in range(POINTS)]
    results = [
        {
            "Id": f"m{query}",
            "Label": f"fn-{query}",
            "StatusCode": "Complete",
            "Timestamps": times,
            "Values": [float((query * 31 + index) % 97) for index in range(POINTS)],
        }
        for query in range(QUERIES)
    ]
    return json.dumps({"MetricDataResults": results, "Messages": []}).encode()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    metric_data = page()

    def do_POST(self) -> None:
        """Every operation of both services is a POST."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = self.headers.get("X-Amz-Target", "")
        if asked.endswith("GetMetricData"):
            body, kind = self.metric_data, "application/x-amz-json-1.0"
        else:
            body, kind = _IDENTITY, "text/xml"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the benchmark's screen."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
