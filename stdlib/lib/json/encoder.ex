defprotocol JSON.Encoder do
  @moduledoc """
  How a value is written as JSON; `@derive {JSON.Encoder, only: …}` writes the fields of a struct.
  """

  @undefined_impl_description """
  the protocol must be explicitly implemented.

  If you have a struct, you can derive the implementation specifying \
  which fields should be encoded to JSON:

      @derive {JSON.Encoder, only: [....]}
      defstruct ...

  It is also possible to encode all fields, although this should be \
  used carefully to avoid accidentally leaking private information \
  when new fields are added:

      @derive JSON.Encoder
      defstruct ...

  Finally, if you don't own the struct you want to encode to JSON, \
  you may use Protocol.derive/3 placed outside of any module:

      Protocol.derive(JSON.Encoder, NameOfTheStruct, only: [...])
      Protocol.derive(JSON.Encoder, NameOfTheStruct)\
  """

  @doc "The term as iodata; `encoder` writes its parts."
  @spec encode(t, (term, function -> iodata)) :: iodata
  def encode(term, encoder)

  @doc false
  defmacro __deriving__(module, opts), do: JSON.Derived.implementation(module, opts, __CALLER__)
end

defmodule JSON.Derived do
  @moduledoc false
  # What `@derive JSON.Encoder` puts in place.

  def implementation(module, opts, env) do
    fields = for %{field: field} <- Macro.struct_info!(module, env), do: field
    fields = chosen(fields, opts)

    quote do
      defimpl JSON.Encoder, for: unquote(module) do
        def encode(struct, encoder) do
          struct
          |> JSON.Derived.pairs(unquote(fields))
          |> JSON.Text.map(encoder)
        end
      end
    end
  end

  @doc "The chosen fields of a struct, in order."
  def pairs(struct, fields), do: Enum.map(fields, &{&1, Map.fetch!(struct, &1)})

  defp chosen(fields, opts) do
    cond do
      only = Keyword.get(opts, :only) ->
        case only -- fields do
          [] -> only
          unknown -> raise ArgumentError, "unknown struct fields #{inspect(unknown)} specified in :only. Expected one of: #{inspect(fields -- [:__exception__])}"
        end

      except = Keyword.get(opts, :except) ->
        case except -- fields do
          [] -> fields -- [:__exception__ | except]
          unknown -> raise ArgumentError, "unknown struct fields #{inspect(unknown)} specified in :except. Expected one of: #{inspect(fields -- [:__exception__])}"
        end

      true ->
        fields -- [:__exception__]
    end
  end
end

defimpl JSON.Encoder, for: Atom do
  def encode(value, encoder), do: JSON.protocol_encode(value, encoder)
end

defimpl JSON.Encoder, for: BitString do
  def encode(value, encoder) when is_binary(value), do: JSON.protocol_encode(value, encoder)
end

defimpl JSON.Encoder, for: List do
  def encode(value, encoder), do: JSON.Text.list(value, encoder)
end

defimpl JSON.Encoder, for: Integer do
  def encode(value, _encoder), do: Integer.to_string(value)
end

defimpl JSON.Encoder, for: Float do
  def encode(value, _encoder), do: Float.to_string(value)
end

defimpl JSON.Encoder, for: Map do
  def encode(value, encoder), do: JSON.Text.map(:maps.to_list(value), encoder)
end

defimpl JSON.Encoder, for: [Date, Time, NaiveDateTime, DateTime, Duration] do
  def encode(value, _encoder), do: [?", @for.to_iso8601(value), ?"]
end
