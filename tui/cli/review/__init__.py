"""What a history says about how it was traded: passive results and discipline."""
