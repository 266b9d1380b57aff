"""A coordinator mends a day by hand: a visit is lifted from the board, put down elsewhere, or put back."""
