"""Modbus TCP and RTU over TCP: register maps as data."""
