%String{}
