"""What a client asks: the edge that speaks the Fone Dynamics v2 API."""
