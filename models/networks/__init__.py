"""Networks in torch; imported only by what runs or trains them."""
