"""The pages of the operation and maintenance centre: made here, sent whole, no address outside."""
