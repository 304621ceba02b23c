"""What the pages of a review show, as rows of a table and pictures in characters."""
