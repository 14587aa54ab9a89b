"""Water and rock in the language of OpenGeoSys, as far as its cases here share them."""

from loopkeeper.physics.fluid import WATER

WEIGHT, VISCOSITY, POROSITY, WATER_CONDUCTIVITY = 9810.0, 1e-3, 0.3, 0.6


def properties(**values):
    rows = "".join(
        f"<property><name>{name}</name><type>Constant</type><value>{value}</value></property>"
        for name, value in values.items()
    )
    return f"<properties>{rows}</properties>"


def medium(conductivities, *, heat_capacity=2.5e6, conductivity=2.2):
    """Porous medium by its hydraulic conductivities along the axes [m/s] and its own heat."""
    permeability = " ".join(str(k * VISCOSITY / WEIGHT) for k in conductivities)
    water = properties(
        specific_heat_capacity=WATER / 1000.0,
        thermal_conductivity=WATER_CONDUCTIVITY,
        density=1000.0,
        viscosity=VISCOSITY,
    )
    solid = properties(
        storage=1e-13,
        density=1000.0,
        specific_heat_capacity=(heat_capacity - POROSITY * WATER) / (1 - POROSITY) / 1000.0,
        thermal_conductivity=(conductivity - POROSITY * WATER_CONDUCTIVITY) / (1 - POROSITY),
    )
    whole = properties(
        permeability=permeability,
        porosity=POROSITY,
        thermal_longitudinal_dispersivity=0.0,
        thermal_transversal_dispersivity=0.0,
    ).replace(
        "</properties>",
        "<property><name>thermal_conductivity</name>"
        "<type>EffectiveThermalConductivityPorosityMixing</type></property></properties>",
    )
    phases = f"<phase><type>AqueousLiquid</type>{water}</phase>"
    phases += f"<phase><type>Solid</type>{solid}</phase>"
    return f'<medium id="0"><phases>{phases}</phases>{whole}</medium>'
