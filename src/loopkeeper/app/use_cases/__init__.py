"""One verb for each thing a person does, over the ports of :mod:`loopkeeper.app.outside`."""
