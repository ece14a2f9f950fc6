"""A reduced chemo-mechanical model of silicon half cells, the binder in it, and its confrontation with results.

parameters   every number of the model once: value, unit, source or "fitted" or "assumed", prior
binders      what enters of each binder (reduced modulus, hardness, peel force, porosity) and of the electrode
swelling, contact, resistance    the equations, arrays in, arrays out
cycle_map    states and lithium, cycle by cycle, for any number of candidates
targets      what the model says of results that studies report
calibrate    least squares in blocks, then an ensemble sampler; confront: leave one binder out
"""
