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

  @doc "The modules of an application of the library, as the binary has them."
  def modules(app), do: for(module <- :cordial_code.library(), owner(:erlang.atom_to_list(module)) == app, do: module)

  defp owner(~c"Elixir.Cordial" ++ _), do: nil
  defp owner(~c"Elixir.Logger" ++ _), do: :logger
  defp owner(~c"Elixir.ExUnit" ++ _), do: :ex_unit
  defp owner(~c"Elixir.EEx" ++ _), do: :eex
  defp owner(~c"Elixir." ++ _), do: :elixir
  defp owner(~c"cordial_" ++ _), do: nil
  defp owner(_), do: :stdlib

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
