@type t :: integer
