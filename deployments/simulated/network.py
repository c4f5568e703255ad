"""The stations of the simulated e-CALLISTO network: real places and bands, so that days and nights fall as they do."""

from dataclasses import dataclass

from models.simulate.site import Site


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the network.

    Attributes
    ----------
    site : Site
    bands : (focus code, lowest MHz, highest MHz) of each receiver
    offset_s : s after the quarter hour at which its files start
    system_factor : its noise in flux units, relative to a log-periodic antenna at a quiet place
    clock_offset_s : s that its clock is ahead
    at_night : it records around local midnight
    """

    site: Site
    bands: tuple[tuple[str, float, float], ...]
    offset_s: float = 0.0
    system_factor: float = 1.0
    clock_offset_s: float = 0.0
    at_night: bool = False


# Coordinates of the places; bands and focus codes as in the archive's own station list. Ordered so that a night of a few
# stations already has an underscore, mixed case, a hyphen and two receivers. The default night is the first 24, so that a new
# station goes to the end. All 48 have 63 receivers, as many as the archive of 2019-10-05. In real archives 53 % of files start
# at second 00.
NETWORK: tuple[Station, ...] = (
    Station(Site("BIR", "Birr_Castle_IRELAND", 53.0941, -7.9201, 60), (("01", 10.4, 105.5), ("02", 100.4, 195.8))),
    Station(Site("CALLISTO_MEX", "UNAM_Michoacan_MEXICO", 19.8083, -101.6942, 1940), (("59", 45.2, 442.1),), 24.3, 1.6),
    Station(Site("Australia-ASSA", "ASSA_AUSTRALIA", -34.6, 138.9, 390), (("01", 15.2, 86.8), ("60", 45.0, 437.0)), -3.4, 0.6),
    Station(Site("OOTY", "Ootacamund_INDIA", 11.3833, 76.6667, 2240), (("59", 45.0, 442.1),), -0.3, 1.3),
    Station(Site("GLASGOW", "University_of_Glasgow_UK", 55.9021, -4.3062, 50), (("59", 45.1, 80.8),), 3.1, 1.2),
    Station(Site("ALASKA-COHOE", "Cohoe_AK_USA", 60.3676, -151.3154, 20), (("01", 45.4, 92.9),), -1.0, 0.8),
    Station(Site("BLEN7M", "ETH_Zurich_Bleien_SWITZERLAND", 47.3399, 8.1122, 470), (("24", 176.9, 870.0),), 0.2, 0.3),
    Station(Site("ALMATY", "TSAO_Almaty_KAZAKHSTAN", 43.05, 76.98, 2735), (("59", 47.4, 869.4),), 0.5, 1.5),
    Station(
        Site("GREENLAND", "DTU_Kangerlussuaq_GREENLAND", 67.0, -50.7, 50), (("62", 10.2, 105.8), ("63", 10.2, 105.8)), 42.6, 0.9
    ),
    Station(Site("KRIM", "Crimean_Astrophysical_Observatory", 44.4, 34.0, 10), (("59", 250.0, 350.0),), 517.2, 0.4, 38.0),
    Station(Site("MRO", "Metsaehovi_FINLAND", 60.2172, 24.3931, 60), (("59", 50.4, 846.2),), 0.7, 1.1),
    Station(Site("ROSWELL-NM", "Roswell_NM_USA", 33.39, -104.52, 1090), (("58", 20.2, 91.9), ("59", 220.6, 447.0)), 0.4, 0.9),
    Station(Site("SSRT", "ISTP_Badary_RUSSIA", 51.7593, 102.2184, 830), (("59", 45.1, 424.6),), 0.6, 1.0),
    Station(Site("INDIA-GAURI", "Gauribidanur_Radio_Telescope", 13.6029, 77.4367, 686), (("59", 45.0, 410.5),), -0.3, 0.7),
    Station(Site("RWANDA", "University_of_Rwanda_Kigali", -1.9441, 30.0619, 1567), (("01", 45.3, 80.8),), 2.1, 2.0),
    Station(Site("HUMAIN", "ROB_Humain_BELGIUM", 50.1917, 5.2531, 293), (("59", 45.0, 437.0),), -0.5, 1.0),
    Station(Site("MRT2", "Poste_de_Flacq_MAURITIUS", -20.1673, 57.7484, 10), (("59", 45.0, 456.9),), -0.8, 1.4),
    Station(Site("ALGERIA-CRAAG", "CRAAG_Boumerdes_ALGERIA", 36.75, 3.48, 20), (("59", 46.1, 164.9),), 0.8, 1.8),
    Station(
        Site("SWISS-Landschlacht", "Landschlacht_SWITZERLAND", 47.6304, 9.2464, 410), (("01", 16.0, 87.0), ("02", 45.0, 150.0)), 1.2
    ),
    Station(Site("MONGOLIA-UB", "Ulaanbaatar_MONGOLIA", 47.8864, 106.9057, 1350), (("01", 45.2, 437.0),), 0.3, 1.5),
    Station(Site("KASI", "KASI_Daejeon_SOUTH_KOREA", 36.3991, 127.3744, 120), (("59", 45.1, 448.3),), 0.9, 2.2),
    Station(
        Site("PERALEJOS", "Universidad_de_Alcala_SPAIN", 40.7447, -1.9667, 1190),
        (("02", 17.1, 88.7), ("03", 49.4, 868.8)),
        0.2,
        0.7,
    ),
    Station(Site("NEWZEALAND-AUT", "AUT_Warkworth_NEW_ZEALAND", -36.4333, 174.6628, 90), (("59", 45.0, 437.0),), 1.4, 1.3, 6.5),
    Station(
        Site("DARO", "DL6EBS_Roetgen_GERMANY", 50.6469, 6.1953, 430),
        (("58", 10.3, 81.9), ("59", 111.9, 468.4)),
        2.3,
        1.7,
        at_night=True,
    ),
    Station(Site("USA-ARIZONA-ERAU", "ERAU_Prescott_AZ_USA", 34.6144, -112.4503, 1540), (("01", 45.0, 165.0),), 0.0, 1.1),
    Station(Site("DENMARK", "DTU_Copenhagen_DENMARK", 55.7856, 12.5214, 30), (("62", 45.1, 99.6),), 71.5, 2.5),
    Station(Site("JAPAN-IBARAKI", "Ibaraki_University_JAPAN", 36.6981, 140.6917, 100), (("59", 100.0, 870.0),), 0.6, 0.8),
    Station(Site("SOUTHAFRICA-SANSA", "SANSA_Hermanus_SOUTH_AFRICA", -34.4249, 19.2232, 30), (("59", 45.0, 437.0),), 5.3, 1.2),
    Station(
        Site("AUSTRIA-OE3FLB", "OE3FLB_Michelbach_AUSTRIA", 48.0865, 15.7581, 620),
        (("55", 45.0, 870.0), ("57", 45.2, 94.8)),
        0.4,
        1.4,
    ),
    Station(Site("SWISS-MUHEN", "Muhen_SWITZERLAND", 47.3333, 8.0500, 440), (("01", 15.1, 89.9), ("02", 15.1, 89.9)), 0.2, 1.2),
    Station(Site("TRIEST", "INAF_Basovizza_ITALY", 45.6427, 13.8758, 400), (("57", 220.1, 449.9), ("59", 220.1, 449.9)), 0.9, 0.3),
    Station(
        Site("INPE", "INPE_Sao_Jose_dos_Campos_BRAZIL", -23.2077, -45.8597, 600),
        (("58", 45.0, 870.0), ("59", 45.0, 870.0)),
        1.3,
        1.3,
    ),
    Station(
        Site("SWISS-HB9SCT", "HB9SCT_Freienbach_SWITZERLAND", 47.2058, 8.7571, 410),
        (("01", 980.0, 1600.0), ("02", 10.0, 82.0)),
        0.6,
        1.0,
    ),
    Station(
        Site("INDIA-KODAIKANAL", "IIA_Kodaikanal_INDIA", 10.2317, 77.4653, 2340),
        (("01", 45.0, 170.0), ("02", 45.0, 170.0)),
        0.0,
        0.6,
    ),
    Station(
        Site("SWISS-BLEN5M", "Bleien_SWITZERLAND", 47.3399, 8.1122, 470), (("58", 45.0, 870.0), ("59", 1580.0, 1650.0)), 1.1, 0.4
    ),
    Station(Site("SWISS-BLENSW", "Bleien_SWITZERLAND", 47.3399, 8.1122, 470), (("01", 8.1, 80.0), ("02", 20.0, 80.0)), 1.0, 0.9),
    Station(Site("ALASKA", "Anchorage_AK_USA", 61.2181, -149.9003, 30), (("59", 45.0, 870.0),), 0.1, 1.6),
    Station(Site("ALASKA-HAARP", "HAARP_Gakona_AK_USA", 62.3900, -145.1500, 570), (("01", 5.1, 50.0),), 0.3, 1.0),
    Station(Site("AUSTRIA-UNIGRAZ", "University_of_Graz_AUSTRIA", 47.0778, 15.4489, 370), (("01", 45.0, 82.0),), 1.0, 1.1),
    Station(Site("Australia-LMRO", "Melbourne_AUSTRALIA", -37.8500, 145.1000, 90), (("59", 45.0, 870.0),), 0.2, 1.8),
    Station(Site("ESSEN", "Essen_GERMANY", 51.3950, 6.9790, 110), (("58", 20.0, 80.0),), 3.2, 2.0),
    Station(Site("ETHIOPIA", "Mekelle_University_ETHIOPIA", 13.4790, 39.4910, 2220), (("01", 45.0, 870.0),), -0.6, 1.2),
    Station(Site("HURBANOVO", "Hurbanovo_SLOVAKIA", 47.8730, 18.1900, 110), (("59", 45.0, 870.0),), 0.4, 1.1),
    Station(Site("INDIA-UDAIPUR", "USO_Udaipur_INDIA", 24.6045, 73.6742, 600), (("01", 45.0, 870.0),), 1.2, 1.3),
    Station(Site("INDONESIA", "LAPAN_Sumedang_INDONESIA", -6.9133, 107.8372, 740), (("59", 45.0, 870.0),), 3.3, 1.4),
    Station(Site("MEXART", "UNAM_Coeneo_MEXICO", 19.8139, -101.6939, 1960), (("59", 45.0, 870.0),), 0.3, 0.9),
    Station(Site("Malaysia_Banting", "ANGKASA_Banting_MALAYSIA", 2.8200, 101.5000, 10), (("60", 45.0, 870.0),), 0.1, 1.7),
    Station(Site("URUGUAY", "OALM_Montevideo_URUGUAY", -34.7553, -56.1900, 150), (("01", 45.0, 870.0),), -0.7, 1.2),
)
