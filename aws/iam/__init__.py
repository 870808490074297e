"""What a role may do, what is wrong with that, and what it should be: the judging of IAM roles.

Everything here is pure: documents come in decoded or not, findings go out. `aws.iam.view` says what a judgement is
made from, `aws.iam.inspect` makes it.
"""
