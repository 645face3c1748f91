// A function that computes nothing.

func.func @nothing() { return }
