collect_ignore = ["good"]  # a statute book, not tests
