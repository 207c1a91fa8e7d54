defmodule Version do
  @moduledoc "Versions after Semantic Versioning 2.0, and requirements on them."

  import Kernel, except: [match?: 2]

  alias Version.{Parser, Requirement}

  @enforce_keys [:major, :minor, :patch]
  defstruct [:major, :minor, :patch, pre: [], build: nil]

  @type version :: String.t() | t
  @type requirement :: String.t() | Requirement.t()
  @type major :: non_neg_integer
  @type minor :: non_neg_integer
  @type patch :: non_neg_integer
  @type pre :: [String.t() | non_neg_integer]
  @type build :: String.t() | nil
  @type t :: %__MODULE__{major: major, minor: minor, patch: patch, pre: pre, build: build}

  @doc "Whether the version meets the requirement."
  @spec match?(version, requirement, keyword) :: boolean
  def match?(version, requirement, opts \\ [])

  def match?(version, requirement, opts) when is_binary(requirement) do
    match?(version, parse_requirement!(requirement), opts)
  end

  def match?(version, requirement, opts) do
    allow_pre? = Keyword.get(opts, :allow_pre, true)
    Requirement.match?(requirement, matchable(version), allow_pre?)
  end

  @doc "`:gt`, `:eq` or `:lt`."
  @spec compare(version, version) :: :gt | :eq | :lt
  def compare(version1, version2), do: compare_parts(matchable(version1), matchable(version2))

  @doc false
  def compare_parts({major1, minor1, patch1, pre1}, {major2, minor2, patch2, pre2}) do
    cond do
      {major1, minor1, patch1} > {major2, minor2, patch2} -> :gt
      {major1, minor1, patch1} < {major2, minor2, patch2} -> :lt
      pre1 == pre2 -> :eq
      # A release stands above its pre-releases.
      pre1 == [] -> :gt
      pre2 == [] -> :lt
      pre1 > pre2 -> :gt
      true -> :lt
    end
  end

  @doc "Parses a version."
  @spec parse(String.t()) :: {:ok, t} | :error
  def parse(string) when is_binary(string) do
    with {:ok, parts} <- Parser.parse_version(string, false) do
      {:ok, struct!(Version, Enum.zip([:major, :minor, :patch, :pre, :build], Tuple.to_list(parts)))}
    end
  end

  @doc "`parse/1` that raises `Version.InvalidVersionError`."
  @spec parse!(String.t()) :: t
  def parse!(string) when is_binary(string) do
    case parse(string) do
      {:ok, version} -> version
      :error -> raise Version.InvalidVersionError, version: string
    end
  end

  @doc "Parses a requirement."
  @spec parse_requirement(String.t()) :: {:ok, Requirement.t()} | :error
  def parse_requirement(string) when is_binary(string) do
    case Parser.parse_requirement(string) do
      {:ok, lexed} -> {:ok, %Requirement{source: string, lexed: lexed}}
      :error -> :error
    end
  end

  @doc "`parse_requirement/1` that raises `Version.InvalidRequirementError`."
  @spec parse_requirement!(String.t()) :: Requirement.t()
  def parse_requirement!(string) when is_binary(string) do
    case parse_requirement(string) do
      {:ok, requirement} -> requirement
      :error -> raise Version.InvalidRequirementError, requirement: string
    end
  end

  @doc "Returns the requirement: there is nothing to compile."
  @spec compile_requirement(Requirement.t()) :: Requirement.t()
  def compile_requirement(%Requirement{} = requirement), do: requirement

  defp matchable(%Version{major: major, minor: minor, patch: patch, pre: pre}), do: {major, minor, patch, pre}

  defp matchable(string), do: string |> parse!() |> matchable()

  @doc "The text of a version."
  @spec to_string(t) :: String.t()
  def to_string(%Version{} = version) do
    pre = pre_text(version.pre)
    build = if version.build, do: "+" <> version.build, else: ""
    "#{version.major}.#{version.minor}.#{version.patch}#{pre}#{build}"
  end

  defp pre_text([]), do: ""
  defp pre_text(pre), do: "-" <> Enum.join(pre, ".")
end

defmodule Version.InvalidVersionError do
  @moduledoc "A version that cannot be read."
  defexception [:version]

  @impl true
  def exception(version) when is_binary(version), do: %Version.InvalidVersionError{version: version}
  def exception(opts) when is_list(opts), do: %Version.InvalidVersionError{version: opts[:version]}

  @impl true
  def message(%{version: version}), do: "invalid version: #{inspect(version)}"
end

defmodule Version.InvalidRequirementError do
  @moduledoc "A requirement that cannot be read."
  defexception [:requirement]

  @impl true
  def exception(requirement) when is_binary(requirement) do
    %Version.InvalidRequirementError{requirement: requirement}
  end

  def exception(opts) when is_list(opts) do
    %Version.InvalidRequirementError{requirement: opts[:requirement]}
  end

  @impl true
  def message(%{requirement: requirement}), do: "invalid requirement: #{inspect(requirement)}"
end

defimpl String.Chars, for: Version do
  defdelegate to_string(version), to: Version
end

defimpl String.Chars, for: Version.Requirement do
  def to_string(%Version.Requirement{source: source}), do: source
end

defimpl Inspect, for: Version.Requirement do
  def inspect(%Version.Requirement{source: source}, opts) do
    Inspect.Algebra.concat(["Version.parse_requirement!(", Inspect.BitString.inspect(source, opts), ")"])
  end
end

defimpl Inspect, for: Version do
  def inspect(version, opts), do: Inspect.Derived.optional(version, [:pre, :build], opts)
end
