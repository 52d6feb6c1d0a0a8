"""Trees: from TOML with places to names resolved and conditions typed."""
