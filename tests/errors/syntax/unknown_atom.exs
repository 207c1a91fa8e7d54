IO.inspect(Code.string_to_quoted("never_seen_before_1", existing_atoms_only: true))
IO.inspect(Code.string_to_quoted(":never_seen_before_2", existing_atoms_only: true))
