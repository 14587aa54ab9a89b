"""Gateways: each folder speaks one protocol and hands readings to the same intake."""
