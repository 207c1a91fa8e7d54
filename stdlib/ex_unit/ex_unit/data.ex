defmodule ExUnit.Test do
  @moduledoc """
  One test and how it went.

  Its `state` is `nil` while all is well, or `{:failed, failures}`, `{:skipped, why}`, `{:excluded, why}`,
  `{:invalid, module}`. A failure is `{kind, reason, stacktrace}`. `time` is in microseconds.
  """
  @enforce_keys [:name, :module]
  defstruct [:name, :case, :module, :state, time: 0, tags: %{}, logs: "", parameters: %{}]

  @type t :: %__MODULE__{
          name: atom,
          module: module,
          case: module,
          state: ExUnit.state(),
          time: non_neg_integer,
          tags: map,
          logs: String.t(),
          parameters: map
        }
end

defmodule ExUnit.TestModule do
  @moduledoc "The tests of a module; `state` is `{:failed, failures}` where its `setup_all` went wrong."
  defstruct [:file, :name, :setup_all?, :state, tags: %{}, tests: [], parameters: %{}]

  @type t :: %__MODULE__{
          file: binary,
          name: module,
          setup_all?: boolean,
          state: ExUnit.state(),
          tags: map,
          tests: [ExUnit.Test.t()],
          parameters: map
        }
end

defmodule ExUnit.TestCase do
  @moduledoc false
  # The name of `ExUnit.TestModule` in days gone by; formatters may still match on it.
  defstruct [:name, :state, tests: []]
end
