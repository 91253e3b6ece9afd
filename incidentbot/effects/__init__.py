"""What the outside must be told: which effects a change has, and what to do next with one that was begun."""
