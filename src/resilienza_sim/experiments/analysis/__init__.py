"""What a study says to somebody who has to decide: tables, sensitivity, maps, rules."""
