"""BACnet/IP: change of value where it is offered, read-property-multiple otherwise."""
