"""How each kind of prepared observation is written into a shard: a module each, called after its class."""
