import { Column, Entity, Index, OneToMany, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { RolePermission } from './role-permission.entity';

/** A named set of permissions. */
@Entity('roles')
export class Role {
  @PrimaryGeneratedColumn()
  id!: number;

  @Index('roles_name', { unique: true })
  @Column({ length: 64 })
  name!: string;

  @Column({ length: 255, default: '' })
  description!: string;

  /** `User` and `Admin`: rules name them, so they can't be renamed or deleted. */
  @Column({ name: 'built_in', default: false })
  builtIn!: boolean;

  /** How many users hold it; counted in the transactions that grant and revoke. */
  @Column({ default: 0 })
  holders!: number;

  @OneToMany(() => RolePermission, (carried) => carried.role)
  carried!: Relation<RolePermission>[];
}
