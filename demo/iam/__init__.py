"""What moto's IAM lacks: last-accessed jobs, the policy simulator, pages of the account's details, root's own figures,
and Access Analyzer's checks of a policy. All of it is worked out from the policies that moto holds at that moment."""
