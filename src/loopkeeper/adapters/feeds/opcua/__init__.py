"""OPC UA: subscriptions with the server's own time stamps."""
