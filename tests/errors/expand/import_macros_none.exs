import String, only: :macros
