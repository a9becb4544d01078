/* Exported functions of kernels.c. */

#ifndef KHAZRI_KERNELS_H
#define KHAZRI_KERNELS_H

int khazri_kernels_version(void);
int khazri_kernels_level(void);
int khazri_cpu_level(void);

#endif
