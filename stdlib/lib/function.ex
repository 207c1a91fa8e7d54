defmodule Function do
  @moduledoc "Functions about functions."

  @type information :: :arity | :env | :index | :module | :name | :new_index | :new_uniq | :pid | :type | :uniq

  @doc "The exported function as a value."
  @spec capture(module, atom, arity) :: fun
  def capture(module, function_name, arity), do: :erlang.make_fun(module, function_name, arity)

  @doc "What is known about a function."
  @spec info(fun) :: [{information, term}]
  def info(fun), do: :erlang.fun_info(fun)

  @doc "One thing that is known about a function."
  @spec info(fun, item) :: {item, term} when item: information
  def info(fun, item), do: :erlang.fun_info(fun, item)

  @doc "Returns its argument."
  @spec identity(value) :: value when value: var
  def identity(value), do: value
end
