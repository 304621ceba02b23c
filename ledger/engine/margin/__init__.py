"""What a pocket can still carry, what it borrows, owes and pays."""
