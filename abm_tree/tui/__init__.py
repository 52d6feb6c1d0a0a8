"""The terminal interface: screens, widgets, keys. The only folder that knows Textual."""
