"""The call: who, where, which items, when it suits."""
