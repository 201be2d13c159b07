"""How the questions of a form are asked on a phone, one screen after another."""
