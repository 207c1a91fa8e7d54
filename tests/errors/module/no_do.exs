defmodule A
