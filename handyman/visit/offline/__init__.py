"""A job without signal: its pages kept on the telephone, what was pressed sent later, once and in order."""
