"""Two pages first: one for who decides, one for the planning office; annexes after."""
