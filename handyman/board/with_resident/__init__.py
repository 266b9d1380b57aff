"""What the office does for the page that a resident opens: sends it, agrees on a sum, asks how it was."""
