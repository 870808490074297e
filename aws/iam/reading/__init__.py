"""Reading roles from AWS: the desk (`office`), and one module for each thing that it reads.

What is refused or fails becomes a gap and a None in the view, never an empty list: see `aws.iam.view`.
"""
