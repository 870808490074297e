"""The HTTP server in front: tells requests apart, answers what our engines know, hands the rest to moto.

`account.account_handler` makes the chain of handlers, `server.Front` listens; what shall stand before all that answers
(denials, faults) is a `chain.Middleware`.
"""
