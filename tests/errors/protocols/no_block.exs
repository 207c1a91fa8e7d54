defprotocol P
