defmodule File.Stat do
  @moduledoc "What the file system knows of a file."

  # In the order of Erlang's record `file_info`.
  @fields [
    :size,
    :type,
    :access,
    :atime,
    :mtime,
    :ctime,
    :mode,
    :links,
    :major_device,
    :minor_device,
    :inode,
    :uid,
    :gid
  ]

  defstruct @fields

  @type t :: %__MODULE__{}

  @doc "Erlang's record `file_info` of a struct."
  @spec to_record(t) :: :file.file_info()
  def to_record(%File.Stat{} = stat), do: List.to_tuple([:file_info | Enum.map(@fields, &Map.fetch!(stat, &1))])

  @doc "The struct of Erlang's record `file_info`."
  @spec from_record(:file.file_info()) :: t
  def from_record(record) when elem(record, 0) == :file_info do
    [:file_info | values] = Tuple.to_list(record)
    struct!(File.Stat, Enum.zip(@fields, values))
  end
end
