"""The orders of these tests: ten shares at 100 with a stop at 90, which is moved to 80."""

BOUGHT = 'buy = { symbol = "XYZ", quantity = "10", stop_loss = "90", leverage = 1 }'
MOVED = 'move_stop = { symbol = "XYZ", price = "80" }'
