defmodule :cordial_application do
  @moduledoc false
  # Which application of the library a module belongs to, as stack traces tell it.

  @doc "`{application, version}`, or `nil` for code of the program itself."
  def of(module) do
    case :code.is_loaded(module) do
      {:file, [?l, ?i, ?b, ?/ | file]} -> elixir(file)
      {:file, [?o, ?t, ?p, ?/ | _]} -> {:stdlib, "6.2.2.1"}
      _ -> nil
    end
  end

  defp elixir(file) do
    cond do
      not :lists.suffix(~c".ex", file) -> nil
      :lists.prefix(~c"logger", file) -> {:logger, "1.18.3"}
      :lists.prefix(~c"ex_unit", file) -> {:ex_unit, "1.18.3"}
      :lists.prefix(~c"eex", file) -> {:eex, "1.18.3"}
      :lists.prefix(~c"cordial", file) -> nil
      true -> {:elixir, "1.18.3"}
    end
  end
end
