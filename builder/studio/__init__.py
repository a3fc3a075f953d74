"""Put tasks on Label Studio and fetch people's corrections; no other room knows Label Studio."""
