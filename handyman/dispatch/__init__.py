"""Who may do a job, who can, and at what cost: rules only, values in and values out."""
