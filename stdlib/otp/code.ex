# What Cordial's own code server does not answer itself.
defmodule :code do
  @moduledoc false

  # Applications are part of the one binary: none has a folder.
  def lib_dir(_application), do: {:error, :bad_name}

  def where_is_file(_name), do: :non_existing

  # A version that is still old makes room first: who runs it is ended.
  def load_binary(module, file, binary)
      when is_atom(module) and (is_list(file) or is_binary(file)) and is_binary(binary) do
    if :cordial_code.name(binary) == module do
      :code.purge(module)

      case :cordial_code.load(module, binary, file) do
        # Somebody else was quicker.
        {:error, :not_purged} -> load_binary(module, file, binary)
        other -> other
      end
    else
      {:error, :badfile}
    end
  end

  def load_abs(path) do
    path = path ++ ~c".cbc"

    case :file.read_file(path) do
      {:ok, binary} ->
        case :cordial_code.name(binary) do
          nil -> {:error, :badfile}
          module -> load_binary(module, path, binary)
        end

      {:error, _} ->
        {:error, :nofile}
    end
  end

  def load_file(module) when is_atom(module) do
    case get_object_code(module) do
      {_, binary, path} -> load_binary(module, path, binary)
      :error -> {:error, :nofile}
    end
  end

  def get_object_code(module) when is_atom(module) do
    case :cordial_code.object(module) do
      {binary, path} -> {module, binary, path}
      :error -> :error
    end
  end

  def ensure_modules_loaded(modules) do
    failed =
      for module <- modules, {:error, reason} <- [:code.ensure_loaded(module)], do: {module, reason}

    if failed == [], do: :ok, else: {:error, failed}
  end

  def load_modules(modules) do
    failed =
      for item <- modules, {:error, reason} <- [load_one(item)] do
        {if(is_tuple(item), do: elem(item, 0), else: item), reason}
      end

    if failed == [], do: :ok, else: {:error, failed}
  end

  defp load_one({module, file, binary}), do: load_binary(module, file, binary)
  defp load_one(module), do: load_file(module)

  # A module is `:loaded` while its file says what was loaded; from memory there is no file to compare with.
  def module_status(module) when is_atom(module) do
    case :code.is_loaded(module) do
      false ->
        :not_loaded

      {:file, _} ->
        case get_object_code(module) do
          :error -> :removed
          _ -> :loaded
        end
    end
  end

  def module_status(modules) when is_list(modules) do
    Enum.map(modules, &{&1, module_status(&1)})
  end
end
